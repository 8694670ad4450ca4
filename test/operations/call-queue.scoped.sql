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
            t1."type" as "type",
            json_build_object(
              'status',
              t1."status",
              'isExternal',
              t1."external_application_name" is not null,
              'attemptCount',
              (
                select
                  count(*)
                from
                  call_attempts
                where
                  call_attempts.call_uuid = t1."uuid"
              ),
              'maxCallAttempts',
              (
                select
                  organizations.max_call_attempts
                from
                  organizations
                where
                  organizations.uuid = t1."person_organization_uuid"
              )
            ) as "attemptsLeft",
            json_build_object(
              'status',
              t1."status",
              'isExternal',
              t1."external_application_name" is not null,
              'attemptCount',
              (
                select
                  count(*)
                from
                  call_attempts
                where
                  call_attempts.call_uuid = t1."uuid"
              ),
              'maxCallAttempts',
              (
                select
                  organizations.max_call_attempts
                from
                  organizations
                where
                  organizations.uuid = t1."person_organization_uuid"
              )
            ) as "allowedActions",
            (
              select
                row_to_json(r)
              from
                (
                  select
                    t2."last_name" as "lastName",
                    t2."phone_number" as "phoneNumber"
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
                    t3."uuid" as "uuid",
                    t3."recruiting_location_label" as "recruitingLocationLabel"
                  from
                    "pledges" t3
                  where
                    t3."uuid" = t1."pledge_uuid"
                    and (
                      t3."owning_organization_uuid" = any ($1::uuid[])
                      or t3."recruiting_organization_uuid" = any ($1::uuid[])
                    )
                ) r
            ) as "pledge"
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
                            t1."requested_at" as at,
                            t1."uuid" as uuid
                          from
                            "calls" t1
                          where
                            t1."organization_uuid" = v.value
                            and t1."status" = any ($2::call_status[])
                            and not (t1."external_application_name" is not null)
                          order by
                            t1."requested_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $3::int
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
                            t1."requested_at" as at,
                            t1."uuid" as uuid
                          from
                            "calls" t1
                          where
                            t1."person_organization_uuid" = v.value
                            and t1."status" = any ($2::call_status[])
                            and not (t1."external_application_name" is not null)
                          order by
                            t1."requested_at" ASC,
                            t1."uuid" ASC
                          limit
                            101
                        ) f
                      limit
                        $3::int
                    ) b
                ) m
              group by
                m.at,
                m.uuid
              order by
                m.at ASC,
                m.uuid ASC
              limit
                $3::int
            ) k
            join "calls" t1 on t1."uuid" = k.uuid
            and (
              t1."organization_uuid" = any ($1::uuid[])
              or t1."person_organization_uuid" = any ($1::uuid[])
            )
          order by
            t1."requested_at" ASC,
            t1."uuid" ASC
          limit
            $3::int
        ) r
    )
  )::text;
