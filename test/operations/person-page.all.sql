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
              true
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
                t1."last_name",
                t1."owning_organization_uuid",
                t1."created_at",
                t1."uuid"
              from
                "persons" t1
              where
                true
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
            $1::int
        ) t1
    )
  );
