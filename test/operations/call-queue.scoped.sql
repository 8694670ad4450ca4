select
  case
    when exists (
      select
      from
        calls
      where
        calls.status = 'REQUESTED'
        and calls.external_application_name is null
        and calls.expires_at <= $1::timestamptz
    ) then 'overdue'
    else (
      select
        concat(
          (
            select
              concat(
                '{"nodes":[',
                string_agg(
                  concat(
                    '{"uuid":"',
                    t1."uuid",
                    '","type":"',
                    t1."type",
                    '","attemptsLeft":',
                    json_build_object(
                      'status',
                      t1."status",
                      'externalApplicationName',
                      t1."external_application_name",
                      'expiresAt',
                      t1."expires_at",
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
                    ),
                    ',"allowedActions":',
                    json_build_object(
                      'status',
                      t1."status",
                      'externalApplicationName',
                      t1."external_application_name",
                      'expiresAt',
                      t1."expires_at",
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
                    ),
                    ',"person":',
                    coalesce(
                      (
                        select
                          concat(
                            '{"lastName":',
                            to_json(t2."last_name"),
                            ',"phoneNumber":',
                            coalesce(to_json(t2."phone_number"), 'null'),
                            '}'
                          )
                        from
                          "persons" t2
                        where
                          t2."uuid" = t1."person_uuid"
                      ),
                      'null'
                    ),
                    ',"pledge":',
                    coalesce(
                      (
                        select
                          concat(
                            '{"uuid":"',
                            t3."uuid",
                            '","recruitingLocationLabel":',
                            coalesce(to_json(t3."recruiting_location_label"), 'null'),
                            '}'
                          )
                        from
                          "pledges" t3
                        where
                          t3."uuid" = t1."pledge_uuid"
                          and (
                            t3."owning_organization_uuid" = any ($2::uuid[])
                            or t3."recruiting_organization_uuid" = any ($2::uuid[])
                          )
                      ),
                      'null'
                    ),
                    '}'
                  ),
                  ','
                ),
                ']}'
              )
            from
              (
                select
                  t1."uuid",
                  t1."type",
                  t1."status",
                  t1."external_application_name",
                  t1."expires_at",
                  t1."person_organization_uuid",
                  t1."person_uuid",
                  t1."pledge_uuid",
                  t1."requested_at"
                from
                  (
                    select
                      m."requested_at",
                      m."uuid"
                    from
                      (
                        select
                          b."requested_at",
                          b."uuid"
                        from
                          unnest($2::uuid[]) v (value)
                          cross join lateral (
                            select
                              f."requested_at",
                              f."uuid"
                            from
                              (
                                select
                                  t1."requested_at" as "requested_at",
                                  t1."uuid" as "uuid"
                                from
                                  "calls" t1
                                where
                                  t1."organization_uuid" = v.value
                                  and t1."status" = any ($3::call_status[])
                                  and not (t1."external_application_name" is not null)
                                order by
                                  t1."requested_at" ASC,
                                  t1."uuid" ASC
                                limit
                                  101
                              ) f
                            limit
                              $4::int
                          ) b
                        union all
                        select
                          b."requested_at",
                          b."uuid"
                        from
                          unnest($2::uuid[]) v (value)
                          cross join lateral (
                            select
                              f."requested_at",
                              f."uuid"
                            from
                              (
                                select
                                  t1."requested_at" as "requested_at",
                                  t1."uuid" as "uuid"
                                from
                                  "calls" t1
                                where
                                  t1."person_organization_uuid" = v.value
                                  and t1."status" = any ($3::call_status[])
                                  and not (t1."external_application_name" is not null)
                                order by
                                  t1."requested_at" ASC,
                                  t1."uuid" ASC
                                limit
                                  101
                              ) f
                            limit
                              $4::int
                          ) b
                      ) m
                    group by
                      m."requested_at",
                      m."uuid"
                    order by
                      m."requested_at" ASC,
                      m."uuid" ASC
                    limit
                      $4::int
                  ) k
                  join "calls" t1 on t1."uuid" = k."uuid"
                  and (
                    t1."organization_uuid" = any ($2::uuid[])
                    or t1."person_organization_uuid" = any ($2::uuid[])
                  )
                order by
                  t1."requested_at" ASC,
                  t1."uuid" ASC
                limit
                  $4::int
              ) t1
          )
        )
    )
  end;
