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
              "transactions" t1
            where
              t1."pledge_uuid" = any (
                array(
                  select
                    pledges.uuid
                  from
                    pledges
                  where
                    pledges.person_uuid = $1::uuid
                )
              )
              and t1."type" = any ($2::transaction_type[])
          ),
          '}'
        )
    )
  );

select
  concat(
    (
      select
        concat('{"nodes":[', string_agg(concat('{"amount":"', t1."amount", '"}'), ','), ']}')
      from
        (
          select
            t1."amount",
            t1."created_at",
            t1."uuid"
          from
            (
              select
                t1."amount",
                t1."created_at",
                t1."uuid"
              from
                "transactions" t1
              where
                t1."pledge_uuid" = $1::uuid
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

select
  concat(
    (
      select
        concat('{"nodes":[', string_agg(concat('{"amount":"', t1."amount", '"}'), ','), ']}')
      from
        (
          select
            t1."amount",
            t1."created_at",
            t1."uuid"
          from
            (
              select
                t1."amount",
                t1."created_at",
                t1."uuid"
              from
                "transactions" t1
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

select
  concat(
    (
      select
        concat('{"nodes":[', string_agg(concat('{"amount":"', t1."amount", '"}'), ','), ']}')
      from
        (
          select
            t1."amount",
            t1."created_at",
            t1."uuid"
          from
            (
              select
                m."created_at",
                m."uuid"
              from
                (
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($1::transaction_status[]) v (value)
                    cross join lateral (
                      select
                        f."created_at",
                        f."uuid"
                      from
                        (
                          select
                            t1."created_at" as "created_at",
                            t1."uuid" as "uuid"
                          from
                            "transactions" t1
                          where
                            t1."status" = v.value
                            and t1."created_at" < $2::timestamptz
                          order by
                            t1."created_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $3::int
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" ASC,
                m."uuid" ASC
              limit
                $3::int
            ) k
            join "transactions" t1 on t1."uuid" = k."uuid"
          order by
            t1."created_at" ASC,
            t1."uuid" ASC
          limit
            $3::int
        ) t1
    )
  );

select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"executedAt":',
              coalesce(
                '"' || to_char(t1."executed_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"',
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
            t1."executed_at",
            t1."created_at",
            t1."uuid"
          from
            (
              select
                t1."executed_at",
                t1."created_at",
                t1."uuid"
              from
                "transactions" t1
              where
                t1."executed_at" > $1::timestamptz
                and t1."executed_at" < $2::timestamptz
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
            $3::int
        ) t1
    )
  );
