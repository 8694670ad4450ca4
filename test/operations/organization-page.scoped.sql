select
  concat(
    '{"Organization":',
    (
      select
        concat(
          '{',
          string_agg(
            concat('"', t1."uuid", '":{"name":', to_json(t1."name"), '}'),
            ','
            order by
              t1."created_at" desc,
              t1."uuid" desc
          ),
          '}'
        )
      from
        "organizations" t1
      where
        t1."uuid" = any ($1::uuid[])
        and t1."uuid" = any ($2::uuid[])
    ),
    '}'
  );

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
              coalesce(
                case
                  when t1."uuid" = any ($1::uuid[]) then t1."max_call_attempts"
                end::text,
                'null'
              ),
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
            t1."uuid",
            t1."max_call_attempts",
            t1."created_at"
          from
            (
              select
                t1."name",
                t1."uuid",
                t1."max_call_attempts",
                t1."created_at"
              from
                "organizations" t1
              where
                t1."uuid" = any ($1::uuid[])
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
            $2::int
        ) t1
    )
  );
