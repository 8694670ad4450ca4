select
  json_build_object(
    'Call',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."uuid" as "id",
            t1."result" as "result",
            (
              select
                row_to_json(r)
              from
                (
                  select
                    t2."uuid" as "uuid"
                  from
                    "pledges" t2
                  where
                    t2."uuid" = t1."pledge_uuid"
                    and (
                      t2."owning_organization_uuid" = any ($1::uuid[])
                      or t2."recruiting_organization_uuid" = any ($1::uuid[])
                    )
                ) r
            ) as "pledge",
            t1."uuid" as "$uuid"
          from
            "calls" t1
          where
            t1."uuid" = any ($2::uuid[])
            and (
              t1."organization_uuid" = any ($1::uuid[])
              or t1."person_organization_uuid" = any ($1::uuid[])
            )
        ) r
    ),
    'Pledge',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t3."uuid" as "id",
            t3."status" as "status",
            json_build_object(
              'rows',
              (
                select
                  coalesce(json_agg(r), '[]'::json)
                from
                  (
                    select
                      t4."uuid" as "uuid"
                    from
                      (
                        select
                          t4."uuid",
                          t4."created_at"
                        from
                          "calls" t4
                        where
                          (
                            t4."organization_uuid" = any ($1::uuid[])
                            or t4."person_organization_uuid" = any ($1::uuid[])
                          )
                          and t4."pledge_uuid" = t3."uuid"
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
                      $3::int
                  ) r
              )
            ) as "calls",
            t3."uuid" as "$uuid"
          from
            "pledges" t3
          where
            t3."uuid" = any ($4::uuid[])
            and (
              t3."owning_organization_uuid" = any ($1::uuid[])
              or t3."recruiting_organization_uuid" = any ($1::uuid[])
            )
        ) r
    )
  )::text;
