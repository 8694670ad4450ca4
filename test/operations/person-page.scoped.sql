select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"lastName":',
              to_json(t1."last_name"),
              ',"owningOrganization":',
              coalesce(
                (
                  select
                    concat('{"name":', to_json(t2."name"), '}')
                  from
                    "organizations" t2
                  where
                    t2."uuid" = t1."owning_organization_uuid"
                ),
                'null'
              ),
              '}'
            ),
            ','
          ),
          '],"totalCount":',
          (
            select
              count(*)
            from
              "persons" t1
            where
              (
                t1."owning_organization_uuid" = any ($1::uuid[])
                or exists (
                  select
                  from
                    pledges
                  where
                    pledges.person_uuid = t1."uuid"
                    and pledges.recruiting_organization_uuid = any ($1::uuid[])
                )
                or exists (
                  select
                  from
                    calls
                  where
                    calls.person_uuid = t1."uuid"
                    and calls.organization_uuid = any ($1::uuid[])
                )
              )
          ),
          '}'
        )
      from
        (
          select
            t1."last_name",
            t1."owning_organization_uuid",
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
                            "persons" t1
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
                            l."person_created_at" as "created_at",
                            l."person_uuid" as "uuid"
                          from
                            "person_organizations" l
                            join "persons" t1 on t1."uuid" = l."person_uuid"
                          where
                            l."organization_uuid" = v.value
                            and (
                              t1."owning_organization_uuid" = any ($1::uuid[])
                              or exists (
                                select
                                from
                                  pledges
                                where
                                  pledges.person_uuid = t1."uuid"
                                  and pledges.recruiting_organization_uuid = any ($1::uuid[])
                              )
                              or exists (
                                select
                                from
                                  calls
                                where
                                  calls.person_uuid = t1."uuid"
                                  and calls.organization_uuid = any ($1::uuid[])
                              )
                            )
                          order by
                            l."person_created_at" DESC,
                            l."person_uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $2::int
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" DESC,
                m."uuid" DESC
              limit
                $2::int
            ) k
            join "persons" t1 on t1."uuid" = k."uuid"
            and (
              t1."owning_organization_uuid" = any ($1::uuid[])
              or exists (
                select
                from
                  pledges
                where
                  pledges.person_uuid = t1."uuid"
                  and pledges.recruiting_organization_uuid = any ($1::uuid[])
              )
              or exists (
                select
                from
                  calls
                where
                  calls.person_uuid = t1."uuid"
                  and calls.organization_uuid = any ($1::uuid[])
              )
            )
          order by
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $2::int
        ) t1
    )
  );
