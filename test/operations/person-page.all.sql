select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."last_name" as "lastName",
            (
              select
                row_to_json(r)
              from
                (
                  select
                    t2."name" as "name"
                  from
                    "organizations" t2
                  where
                    t2."uuid" = t1."owning_organization_uuid"
                ) r
            ) as "owningOrganization"
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
        ) r
    ),
    'total',
    (
      select
        count(*)
      from
        "persons" t1
      where
        true
    )
  )::text;
