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
                      t1."uuid",
                      t1."kind",
                      t1."occurred_at",
                      t1."actor",
                      t1."changed_fields",
                      t1."pledge_uuid",
                      t1."call_uuid",
                      t1."person_uuid",
                      t1."transaction_uuid",
                      t1."position"
                    from
                      "changes" t1
                    where
                      t1."position" is not null
                    order by
                      t1."position" ASC
                    limit
                      101
                  ) t1
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
    )
  end;
