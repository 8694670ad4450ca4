select
  concat(
    (
      select
        concat(
          '{"totalCount":',
          (
            select
              count(*)
            from
              "pledges" t1
            where
              t1."status" = any ($1::pledge_status[])
          ),
          '}'
        )
    )
  );
