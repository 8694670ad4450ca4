select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"name":',
              to_json(t1."name"),
              ',"maxCallAttempts":',
              coalesce(t1."max_call_attempts"::text, 'null'),
              '}'
            ),
            ','
          ),
          ']}'
        )
      from
        (
          select
            t1."name",
            t1."max_call_attempts",
            t1."created_at",
            t1."uuid"
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
        ) t1
    )
  );
