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
                '{"edges":[',
                string_agg(
                  concat(
                    '{"cursor":"',
                    'Y2hhbmdlcyBQT1NJVElPTiBBU0M6' || translate(
                      encode(
                        uuid_send (t1."uuid") || int8send (
                          masked_number (
                            t1."position",
                            t1."uuid",
                            (
                              select
                                decode("feed_cursors"."secret", 'hex')
                              from
                                "feed_cursors"
                            )
                          )
                        ),
                        'base64'
                      ),
                      '+/',
                      '-_'
                    ),
                    '","node":{"id":"',
                    translate(encode(convert_to(concat('Change:', t1."uuid"), 'UTF8'), 'base64'), chr(10), ''),
                    '","kind":"',
                    t1."kind",
                    '","occurredAt":"',
                    to_char(t1."occurred_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                    '","actor":',
                    coalesce(to_json(t1."actor"), 'null'),
                    ',"changedFields":',
                    to_json(t1."changed_fields"),
                    ',"pledge":',
                    coalesce(
                      (
                        select
                          concat('{"uuid":"', t2."uuid", '","status":"', t2."status", '"}')
                        from
                          "pledges" t2
                        where
                          t2."uuid" = t1."pledge_uuid"
                      ),
                      'null'
                    ),
                    ',"call":',
                    coalesce(
                      (
                        select
                          concat('{"uuid":"', t3."uuid", '","status":"', t3."status", '"}')
                        from
                          "calls" t3
                        where
                          t3."uuid" = t1."call_uuid"
                      ),
                      'null'
                    ),
                    ',"person":',
                    coalesce(
                      (
                        select
                          concat('{"uuid":"', t4."uuid", '","lastName":', to_json(t4."last_name"), '}')
                        from
                          "persons" t4
                        where
                          t4."uuid" = t1."person_uuid"
                      ),
                      'null'
                    ),
                    ',"transaction":',
                    coalesce(
                      (
                        select
                          concat('{"uuid":"', t5."uuid", '","status":"', t5."status", '"}')
                        from
                          "transactions" t5
                        where
                          t5."uuid" = t1."transaction_uuid"
                      ),
                      'null'
                    ),
                    '}}'
                  ),
                  ','
                ) filter (
                  where
                    t1."$number" <= $2::int
                ),
                '],"pageInfo":{"hasNextPage":',
                (count(*) > $2::int)::text,
                '}}'
              )
            from
              (
                select
                  t1."uuid",
                  t1."kind",
                  t1."occurred_at",
                  t1."actor",
                  t1."changed_fields",
                  t1."pledge_uuid",
                  t1."call_uuid",
                  t1."person_uuid",
                  t1."transaction_uuid",
                  t1."position",
                  row_number() over (
                    order by
                      t1."position" ASC
                  ) as "$number"
                from
                  (
                    select
                      m."position"
                    from
                      (
                        select
                          b."position"
                        from
                          unnest($3::uuid[]) v (value)
                          cross join lateral (
                            select
                              f."position"
                            from
                              (
                                select
                                  l."position" as "position"
                                from
                                  "change_organizations" l
                                  join "changes" t1 on t1."position" = l."position"
                                where
                                  l."organization_uuid" = v.value
                                  and t1."position" is not null
                                  and case
                                    when t1."pledge_uuid" is not null then (
                                      select
                                        (
                                          "pledges"."owning_organization_uuid" = any ($3::uuid[])
                                          or "pledges"."recruiting_organization_uuid" = any ($3::uuid[])
                                        )
                                      from
                                        "pledges"
                                      where
                                        "pledges"."uuid" = t1."pledge_uuid"
                                    )
                                    when t1."call_uuid" is not null then (
                                      select
                                        (
                                          "calls"."organization_uuid" = any ($3::uuid[])
                                          or "calls"."person_organization_uuid" = any ($3::uuid[])
                                        )
                                      from
                                        "calls"
                                      where
                                        "calls"."uuid" = t1."call_uuid"
                                    )
                                    when t1."person_uuid" is not null then (
                                      select
                                        (
                                          "persons"."owning_organization_uuid" = any ($3::uuid[])
                                          or exists (
                                            select
                                            from
                                              pledges
                                            where
                                              pledges.person_uuid = "persons"."uuid"
                                              and pledges.recruiting_organization_uuid = any ($3::uuid[])
                                          )
                                          or exists (
                                            select
                                            from
                                              calls
                                            where
                                              calls.person_uuid = "persons"."uuid"
                                              and calls.organization_uuid = any ($3::uuid[])
                                          )
                                        )
                                      from
                                        "persons"
                                      where
                                        "persons"."uuid" = t1."person_uuid"
                                    )
                                    when t1."transaction_uuid" is not null then (
                                      select
                                        (
                                          "transactions"."owning_organization_uuid" = any ($3::uuid[])
                                          or "transactions"."recruiting_organization_uuid" = any ($3::uuid[])
                                        )
                                      from
                                        "transactions"
                                      where
                                        "transactions"."uuid" = t1."transaction_uuid"
                                    )
                                  end
                                order by
                                  l."position" ASC
                                limit
                                  101
                              ) f
                            limit
                              $2::int + 1
                          ) b
                      ) m
                    group by
                      m."position"
                    order by
                      m."position" ASC
                    limit
                      $2::int + 1
                  ) k
                  join "changes" t1 on t1."position" = k."position"
                  and t1."position" is not null
                  and case
                    when t1."pledge_uuid" is not null then (
                      select
                        (
                          "pledges"."owning_organization_uuid" = any ($3::uuid[])
                          or "pledges"."recruiting_organization_uuid" = any ($3::uuid[])
                        )
                      from
                        "pledges"
                      where
                        "pledges"."uuid" = t1."pledge_uuid"
                    )
                    when t1."call_uuid" is not null then (
                      select
                        (
                          "calls"."organization_uuid" = any ($3::uuid[])
                          or "calls"."person_organization_uuid" = any ($3::uuid[])
                        )
                      from
                        "calls"
                      where
                        "calls"."uuid" = t1."call_uuid"
                    )
                    when t1."person_uuid" is not null then (
                      select
                        (
                          "persons"."owning_organization_uuid" = any ($3::uuid[])
                          or exists (
                            select
                            from
                              pledges
                            where
                              pledges.person_uuid = "persons"."uuid"
                              and pledges.recruiting_organization_uuid = any ($3::uuid[])
                          )
                          or exists (
                            select
                            from
                              calls
                            where
                              calls.person_uuid = "persons"."uuid"
                              and calls.organization_uuid = any ($3::uuid[])
                          )
                        )
                      from
                        "persons"
                      where
                        "persons"."uuid" = t1."person_uuid"
                    )
                    when t1."transaction_uuid" is not null then (
                      select
                        (
                          "transactions"."owning_organization_uuid" = any ($3::uuid[])
                          or "transactions"."recruiting_organization_uuid" = any ($3::uuid[])
                        )
                      from
                        "transactions"
                      where
                        "transactions"."uuid" = t1."transaction_uuid"
                    )
                  end
                order by
                  t1."position" ASC
                limit
                  $2::int + 1
              ) t1
          )
        )
    )
  end;

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
          '{"changes":',
          (
            select
              concat('{"nodes":[', string_agg(concat('{"kind":"', t2."kind", '"}'), ','), ']}')
            from
              (
                select
                  *
                from
                  (
                    select
                      t2."kind",
                      t2."position",
                      t2."uuid"
                    from
                      (
                        select
                          t2."kind",
                          t2."position",
                          t2."uuid"
                        from
                          "changes" t2
                        where
                          t2."position" is not null
                          and t2."pledge_uuid" = t1."uuid"
                        order by
                          t2."position" DESC
                        limit
                          101
                      ) t2
                    order by
                      t2."position" DESC
                    limit
                      $2::int
                  ) t2
                order by
                  t2."position" ASC
              ) t2
          ),
          '}'
        )
      from
        "pledges" t1
      where
        t1."uuid" = $3::uuid
        and (
          t1."owning_organization_uuid" = any ($4::uuid[])
          or t1."recruiting_organization_uuid" = any ($4::uuid[])
        )
    )
  end;
