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
                    '","status":"',
                    t1."status",
                    '","donationAmount":',
                    coalesce('"' || t1."donation_amount" || '"', 'null'),
                    ',"person":',
                    coalesce(
                      (
                        select
                          concat(
                            '{"firstName":',
                            coalesce(to_json(t2."first_name"), 'null'),
                            ',"lastName":',
                            to_json(t2."last_name"),
                            '}'
                          )
                        from
                          "persons" t2
                        where
                          t2."uuid" = t1."person_uuid"
                      ),
                      'null'
                    ),
                    ',"owningOrganization":',
                    coalesce(
                      (
                        select
                          concat(
                            '{"name":',
                            to_json(t3."name"),
                            ',"maxCallAttempts":',
                            coalesce(t3."max_call_attempts"::text, 'null'),
                            '}'
                          )
                        from
                          "organizations" t3
                        where
                          t3."uuid" = t1."owning_organization_uuid"
                      ),
                      'null'
                    ),
                    ',"transactions":',
                    (
                      select
                        concat(
                          '{"nodes":[',
                          string_agg(
                            concat(
                              '{"type":"',
                              t4."type",
                              '","status":"',
                              t4."status",
                              '","amount":"',
                              t4."amount",
                              '"}'
                            ),
                            ','
                          ),
                          ']}'
                        )
                      from
                        (
                          select
                            t4."type",
                            t4."status",
                            t4."amount",
                            t4."created_at",
                            t4."uuid"
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
                        ) t4
                    ),
                    ',"calls":',
                    (
                      select
                        concat(
                          '{"nodes":[',
                          string_agg(
                            concat(
                              '{"status":"',
                              t5."status",
                              '","attempts":',
                              (
                                select
                                  concat(
                                    '[',
                                    string_agg(
                                      concat(
                                        '{"attemptedAt":"',
                                        to_char(t6."attempted_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                                        '","attemptedBy":',
                                        coalesce(
                                          (
                                            select
                                              concat('{"name":', to_json(t7."name"), '}')
                                            from
                                              "users" t7
                                            where
                                              t7."uuid" = t6."attempted_by_uuid"
                                          ),
                                          'null'
                                        ),
                                        '}'
                                      ),
                                      ','
                                    ),
                                    ']'
                                  )
                                from
                                  (
                                    select
                                      t6."attempted_at",
                                      t6."attempted_by_uuid"
                                    from
                                      "call_attempts" t6
                                    where
                                      t6."call_uuid" = t5."uuid"
                                    order by
                                      t6."number"
                                  ) t6
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
                            t5."status",
                            t5."uuid",
                            t5."created_at"
                          from
                            (
                              select
                                t5."status",
                                t5."uuid",
                                t5."created_at"
                              from
                                "calls" t5
                              where
                                t5."pledge_uuid" = t1."uuid"
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
                        ) t5
                    ),
                    '}'
                  ),
                  ','
                ) filter (
                  where
                    t1."$number" <= $4::int
                ),
                '],"pageInfo":{"hasNextPage":',
                (count(*) > $4::int)::text,
                ',"endCursor":',
                case
                  when count(*) = 0 then 'null'
                  else concat(
                    '"',
                    translate(
                      encode(
                        convert_to(
                          concat(
                            'Query.pledges CREATED_AT DESC|',
                            (
                              extract(
                                epoch
                                from
                                  (
                                    array_agg(t1."created_at") filter (
                                      where
                                        t1."$number" <= $4::int
                                    )
                                  ) [
                                    count(*) filter (
                                      where
                                        t1."$number" <= $4::int
                                    )
                                  ]
                              ) * 1000
                            )::bigint,
                            '|',
                            (
                              array_agg(t1."uuid") filter (
                                where
                                  t1."$number" <= $4::int
                              )
                            ) [
                              count(*) filter (
                                where
                                  t1."$number" <= $4::int
                              )
                            ]
                          ),
                          'UTF8'
                        ),
                        'base64'
                      ),
                      '+/=' || chr(10),
                      '-_'
                    ),
                    '"'
                  )
                end,
                '}}'
              )
            from
              (
                select
                  t1."uuid",
                  t1."status",
                  t1."donation_amount",
                  t1."person_uuid",
                  t1."owning_organization_uuid",
                  t1."created_at",
                  row_number() over (
                    order by
                      t1."created_at" DESC,
                      t1."uuid" DESC
                  ) as "$number"
                from
                  (
                    select
                      t1."uuid",
                      t1."status",
                      t1."donation_amount",
                      t1."person_uuid",
                      t1."owning_organization_uuid",
                      t1."created_at"
                    from
                      "pledges" t1
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
                  $4::int + 1
              ) t1
          )
        )
    )
  end;
