select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."name" as "name",
            t1."max_call_attempts" as "maxCallAttempts"
          from
            (
              select
                t1."name",
                t1."max_call_attempts",
                t1."created_at",
                t1."uuid"
              from
                "organizations" t1
              where
                true
              order by
                t1."created_at" DESC,
                t1."uuid" DESC
              limit
                101
            ) t1
          order by
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $1::int
        ) r
    )
  )::text;
