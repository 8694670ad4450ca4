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
                ) r
            ) as "pledge"
          from
            (
              select
                t1."uuid",
                t1."type",
                t1."status",
                t1."external_application_name",
                t1."person_organization_uuid",
                t1."person_uuid",
                t1."pledge_uuid",
                t1."requested_at"
              from
                "calls" t1
              where
                t1."status" = any ($1::call_status[])
                and not (t1."external_application_name" is not null)
              order by
                t1."requested_at" ASC,
                t1."uuid" ASC
              limit
                101
            ) t1
          order by
            t1."requested_at" ASC,
            t1."uuid" ASC
          limit
            $2::int
        ) r
    )
  )::text;
