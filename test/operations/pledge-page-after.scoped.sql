select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."uuid" as "uuid",
            t1."created_at" as "createdAt",
            json_build_array(t1."created_at", t1."uuid") as "$at"
          from
            (
              select
                m.at,
                m.uuid
              from
                (
                  select
                    b.at,
                    b.uuid
                  from
                    unnest($1::uuid[]) v (value)
                    cross join lateral (
                      select
                        f.at,
                        f.uuid
                      from
                        (
                          select
                            t1."created_at" as at,
                            t1."uuid" as uuid
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
                        $2::int
                    ) b
                  union all
                  select
                    b.at,
                    b.uuid
                  from
                    unnest($1::uuid[]) v (value)
                    cross join lateral (
                      select
                        f.at,
                        f.uuid
                      from
                        (
                          select
                            t1."created_at" as at,
                            t1."uuid" as uuid
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
                        $2::int
                    ) b
                ) m
              group by
                m.at,
                m.uuid
              order by
                m.at DESC,
                m.uuid DESC
              limit
                $2::int
            ) k
            join "pledges" t1 on t1."uuid" = k.uuid
            and (
              t1."owning_organization_uuid" = any ($1::uuid[])
              or t1."recruiting_organization_uuid" = any ($1::uuid[])
            )
          order by
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $2::int
        ) r
    )
  )::text;
