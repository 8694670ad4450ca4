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
              (
                t1."owning_organization_uuid" = any ($1::uuid[])
                or t1."recruiting_organization_uuid" = any ($1::uuid[])
              )
              and t1."pledge_uuid" = any (
                array(
                  select
                    pledges.uuid
                  from
                    pledges
                  where
                    pledges.person_uuid = $2::uuid
                )
              )
              and t1."type" = any ($3::transaction_type[])
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
                (
                  t1."owning_organization_uuid" = any ($1::uuid[])
                  or t1."recruiting_organization_uuid" = any ($1::uuid[])
                )
                and t1."pledge_uuid" = $2::uuid
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
                (
                  t1."owning_organization_uuid" = any ($1::uuid[])
                  or t1."recruiting_organization_uuid" = any ($1::uuid[])
                )
                and t1."uuid" = any ($2::uuid[])
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
                    unnest($1::uuid[]) v (value)
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
                            t1."owning_organization_uuid" = v.value
                            and t1."status" = any ($2::transaction_status[])
                            and t1."created_at" < $3::timestamptz
                          order by
                            t1."created_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $4::int
                    ) b
                  union all
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($1::uuid[]) v (value)
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
                            t1."recruiting_organization_uuid" = v.value
                            and t1."status" = any ($2::transaction_status[])
                            and t1."created_at" < $3::timestamptz
                          order by
                            t1."created_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $4::int
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" ASC,
                m."uuid" ASC
              limit
                $4::int
            ) k
            join "transactions" t1 on t1."uuid" = k."uuid"
            and (
              t1."owning_organization_uuid" = any ($1::uuid[])
              or t1."recruiting_organization_uuid" = any ($1::uuid[])
            )
          order by
            t1."created_at" ASC,
            t1."uuid" ASC
          limit
            $4::int
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
                m."created_at",
                m."uuid"
              from
                (
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($1::uuid[]) v (value)
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
                            t1."owning_organization_uuid" = v.value
                            and t1."executed_at" > $2::timestamptz
                            and t1."executed_at" < $3::timestamptz
                          order by
                            t1."created_at" DESC,
                            t1."uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $4::int
                    ) b
                  union all
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($1::uuid[]) v (value)
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
                            t1."recruiting_organization_uuid" = v.value
                            and t1."executed_at" > $2::timestamptz
                            and t1."executed_at" < $3::timestamptz
                          order by
                            t1."created_at" DESC,
                            t1."uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $4::int
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" DESC,
                m."uuid" DESC
              limit
                $4::int
            ) k
            join "transactions" t1 on t1."uuid" = k."uuid"
            and (
              t1."owning_organization_uuid" = any ($1::uuid[])
              or t1."recruiting_organization_uuid" = any ($1::uuid[])
            )
          order by
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $4::int
        ) t1
    )
  );
