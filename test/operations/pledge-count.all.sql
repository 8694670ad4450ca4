select
  json_build_object(
    'total',
    (
      select
        count(*)
      from
        "pledges" t1
      where
        t1."status" = any ($1::pledge_status[])
    )
  )::text;
