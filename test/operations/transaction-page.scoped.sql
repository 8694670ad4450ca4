select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"uuid":"',
              t1."uuid",
              '","status":"',
              t1."status",
              '","executedAt":',
              coalesce(
                '"' || to_char(t1."executed_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"',
                'null'
              ),
              ',"pledge":',
              coalesce(
                (
                  select
                    concat('{"uuid":"', t2."uuid", '"}')
                  from
                    "pledges" t2
                  where
                    t2."uuid" = t1."pledge_uuid"
                ),
                'null'
              ),
              '}'
            ),
            ','
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":',
          (count(*) > $1::int)::text,
          ',"endCursor":',
          case
            when count(*) = 0 then 'null'
            else concat(
              '"',
              translate(
                encode(
                  convert_to(
                    concat(
                      'Query.transactions UPDATED_AT ASC|',
                      (
                        extract(
                          epoch
                          from
                            (
                              array_agg(t1."updated_at") filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ) [
                              count(*) filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ]
                        ) * 1000
                      )::bigint,
                      '|',
                      (
                        array_agg(t1."uuid") filter (
                          where
                            t1."$number" <= $1::int
                        )
                      ) [
                        count(*) filter (
                          where
                            t1."$number" <= $1::int
                        )
                      ]
                    ),
                    'UTF8'
                  ),
                  'base64'
                ),
                '+/=' || chr(10),
                '-_'
              ),
              '"'
            )
          end,
          '}}'
        )
      from
        (
          select
            t1."uuid",
            t1."status",
            t1."executed_at",
            t1."pledge_uuid",
            t1."updated_at",
            row_number() over (
              order by
                t1."updated_at" ASC,
                t1."uuid" ASC
            ) as "$number"
          from
            (
              select
                m."updated_at",
                m."uuid"
              from
                (
                  select
                    b."updated_at",
                    b."uuid"
                  from
                    unnest($2::uuid[]) v (value)
                    cross join lateral (
                      select
                        f."updated_at",
                        f."uuid"
                      from
                        (
                          select
                            t1."updated_at" as "updated_at",
                            t1."uuid" as "uuid"
                          from
                            "transactions" t1
                          where
                            t1."owning_organization_uuid" = v.value
                            and t1."updated_at" > $3::timestamptz
                          order by
                            t1."updated_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $1::int + 1
                    ) b
                  union all
                  select
                    b."updated_at",
                    b."uuid"
                  from
                    unnest($2::uuid[]) v (value)
                    cross join lateral (
                      select
                        f."updated_at",
                        f."uuid"
                      from
                        (
                          select
                            t1."updated_at" as "updated_at",
                            t1."uuid" as "uuid"
                          from
                            "transactions" t1
                          where
                            t1."recruiting_organization_uuid" = v.value
                            and t1."updated_at" > $3::timestamptz
                          order by
                            t1."updated_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $1::int + 1
                    ) b
                ) m
              group by
                m."updated_at",
                m."uuid"
              order by
                m."updated_at" ASC,
                m."uuid" ASC
              limit
                $1::int + 1
            ) k
            join "transactions" t1 on t1."uuid" = k."uuid"
            and (
              t1."owning_organization_uuid" = any ($2::uuid[])
              or t1."recruiting_organization_uuid" = any ($2::uuid[])
            )
          order by
            t1."updated_at" ASC,
            t1."uuid" ASC
          limit
            $1::int + 1
        ) t1
    )
  );
