select
  concat(
    (
      select
        concat(
          '{"edges":[',
          string_agg(
            concat(
              '{"cursor":"',
              translate(
                encode(
                  convert_to(
                    concat(
                      'Query.pledges CREATED_AT DESC|',
                      (
                        extract(
                          epoch
                          from
                            t1."created_at"
                        ) * 1000
                      )::bigint,
                      '|',
                      t1."uuid"
                    ),
                    'UTF8'
                  ),
                  'base64'
                ),
                '+/=' || chr(10),
                '-_'
              ),
              '","node":{"uuid":"',
              t1."uuid",
              '","createdAt":"',
              to_char(t1."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              '"}}'
            ),
            ','
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":',
          (count(*) > $1::int)::text,
          ',"hasPreviousPage":false}}'
        )
      from
        (
          select
            t1."uuid",
            t1."created_at",
            row_number() over (
              order by
                t1."created_at" DESC,
                t1."uuid" DESC
            ) as "$number"
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
                    unnest($2::uuid[]) v (value)
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
                            "pledges" t1
                          where
                            t1."owning_organization_uuid" = v.value
                          order by
                            t1."created_at" DESC,
                            t1."uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $1::int + 1
                    ) b
                  union all
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($2::uuid[]) v (value)
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
                            "pledges" t1
                          where
                            t1."recruiting_organization_uuid" = v.value
                          order by
                            t1."created_at" DESC,
                            t1."uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $1::int + 1
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" DESC,
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
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $1::int + 1
        ) t1
    )
  );
