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
            t1."status" as "status",
            t1."donation_amount"::text as "donationAmount",
            (
              select
                row_to_json(r)
              from
                (
                  select
                    t2."first_name" as "firstName",
                    t2."last_name" as "lastName"
                  from
                    "persons" t2
                  where
                    t2."uuid" = t1."person_uuid"
                ) r
            ) as "person",
            (
              select
                row_to_json(r)
              from
                (
                  select
                    t3."name" as "name",
                    case
                      when t3."uuid" = any ($1::uuid[]) then t3."max_call_attempts"
                    end as "maxCallAttempts"
                  from
                    "organizations" t3
                  where
                    t3."uuid" = t1."owning_organization_uuid"
                ) r
            ) as "owningOrganization",
            json_build_object(
              'rows',
              (
                select
                  coalesce(json_agg(r), '[]'::json)
                from
                  (
                    select
                      t4."type" as "type",
                      t4."status" as "status",
                      t4."amount"::text as "amount"
                    from
                      (
                        select
                          t4."type",
                          t4."status",
                          t4."amount",
                          t4."created_at",
                          t4."uuid"
                        from
                          "transactions" t4
                        where
                          t4."pledge_uuid" = t1."uuid"
                        order by
                          t4."created_at" DESC,
                          t4."uuid" DESC
                        limit
                          101
                      ) t4
                    order by
                      t4."created_at" DESC,
                      t4."uuid" DESC
                    limit
                      $2::int
                  ) r
              )
            ) as "transactions",
            json_build_object(
              'rows',
              (
                select
                  coalesce(json_agg(r), '[]'::json)
                from
                  (
                    select
                      t5."status" as "status",
                      (
                        select
                          coalesce(json_agg(r), '[]'::json)
                        from
                          (
                            select
                              t6."attempted_at" as "attemptedAt",
                              (
                                select
                                  row_to_json(r)
                                from
                                  (
                                    select
                                      t7."name" as "name"
                                    from
                                      "users" t7
                                    where
                                      t7."uuid" = t6."attempted_by_uuid"
                                  ) r
                              ) as "attemptedBy"
                            from
                              "call_attempts" t6
                            where
                              t6."call_uuid" = t5."uuid"
                            order by
                              t6."number"
                          ) r
                      ) as "attempts"
                    from
                      (
                        select
                          t5."status",
                          t5."uuid",
                          t5."created_at"
                        from
                          "calls" t5
                        where
                          (
                            t5."organization_uuid" = any ($1::uuid[])
                            or t5."person_organization_uuid" = any ($1::uuid[])
                          )
                          and t5."pledge_uuid" = t1."uuid"
                        order by
                          t5."created_at" DESC,
                          t5."uuid" DESC
                        limit
                          101
                      ) t5
                    order by
                      t5."created_at" DESC,
                      t5."uuid" DESC
                    limit
                      $3::int
                  ) r
              )
            ) as "calls",
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
                        $4::int
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
                        $4::int
                    ) b
                ) m
              group by
                m.at,
                m.uuid
              order by
                m.at DESC,
                m.uuid DESC
              limit
                $4::int
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
            $4::int
        ) r
    )
  )::text;
