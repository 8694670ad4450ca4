select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"updatedAt":"',
              to_char(t1."updated_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              '"}'
            ),
            ','
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":false,"hasPreviousPage":',
          (count(*) > $1::int)::text,
          ',"startCursor":',
          case
            when count(*) = 0 then 'null'
            else concat(
              '"',
              translate(
                encode(
                  convert_to(
                    concat(
                      'Query.pledges UPDATED_AT ASC|',
                      (
                        extract(
                          epoch
                          from
                            (
                              array_agg(t1."updated_at") filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ) [1]
                        ) * 1000
                      )::bigint,
                      '|',
                      (
                        array_agg(t1."uuid") filter (
                          where
                            t1."$number" <= $1::int
                        )
                      ) [1]
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
            *
          from
            (
              select
                t1."updated_at",
                t1."uuid",
                row_number() over (
                  order by
                    t1."updated_at" DESC,
                    t1."uuid" DESC
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
                                "pledges" t1
                              where
                                t1."owning_organization_uuid" = v.value
                              order by
                                t1."updated_at" DESC,
                                t1."uuid" DESC
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
                                "pledges" t1
                              where
                                t1."recruiting_organization_uuid" = v.value
                              order by
                                t1."updated_at" DESC,
                                t1."uuid" DESC
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
                    m."updated_at" DESC,
                    m."uuid" DESC
                  limit
                    $1::int + 1
                ) k
                join "pledges" t1 on t1."uuid" = k."uuid"
                and (
                  t1."owning_organization_uuid" = any ($2::uuid[])
                  or t1."recruiting_organization_uuid" = any ($2::uuid[])
                )
              order by
                t1."updated_at" DESC,
                t1."uuid" DESC
              limit
                $1::int + 1
            ) t1
          order by
            t1."updated_at" ASC,
            t1."uuid" ASC
        ) t1
    )
  );
