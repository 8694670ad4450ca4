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
          '{"lastName":',
          to_json(t1."last_name"),
          ',"active":',
          (
            select
              concat(
                '{"nodes":[',
                string_agg(
                  concat(
                    '{"donationAmount":',
                    coalesce('"' || t2."donation_amount" || '"', 'null'),
                    ',"donationInterval":',
                    coalesce('"' || t2."donation_interval" || '"', 'null'),
                    '}'
                  ),
                  ','
                ),
                ']}'
              )
            from
              (
                select
                  t2."donation_amount",
                  t2."donation_interval",
                  t2."created_at",
                  t2."uuid"
                from
                  (
                    select
                      t2."donation_amount",
                      t2."donation_interval",
                      t2."created_at",
                      t2."uuid"
                    from
                      "pledges" t2
                    where
                      t2."person_uuid" = t1."uuid"
                      and t2."status" = any ($2::pledge_status[])
                    order by
                      t2."created_at" DESC,
                      t2."uuid" DESC
                    limit
                      101
                  ) t2
                order by
                  t2."created_at" DESC,
                  t2."uuid" DESC
                limit
                  $3::int
              ) t2
          ),
          ',"ended":',
          (
            select
              concat(
                '{"totalCount":',
                (
                  select
                    count(*)
                  from
                    "pledges" t3
                  where
                    t3."person_uuid" = t1."uuid"
                    and t3."status" = any ($4::pledge_status[])
                ),
                ',"nodes":[',
                string_agg(
                  concat(
                    '{"donationAmount":',
                    coalesce('"' || t3."donation_amount" || '"', 'null'),
                    ',"donationInterval":',
                    coalesce('"' || t3."donation_interval" || '"', 'null'),
                    '}'
                  ),
                  ','
                ),
                ']}'
              )
            from
              (
                select
                  t3."donation_amount",
                  t3."donation_interval",
                  t3."created_at",
                  t3."uuid"
                from
                  (
                    select
                      t3."donation_amount",
                      t3."donation_interval",
                      t3."created_at",
                      t3."uuid"
                    from
                      "pledges" t3
                    where
                      t3."person_uuid" = t1."uuid"
                      and t3."status" = any ($4::pledge_status[])
                    order by
                      t3."created_at" DESC,
                      t3."uuid" DESC
                    limit
                      101
                  ) t3
                order by
                  t3."created_at" DESC,
                  t3."uuid" DESC
                limit
                  $5::int
              ) t3
          ),
          ',"calls":',
          (
            select
              concat(
                '{"edges":[',
                string_agg(
                  concat(
                    '{"cursor":"',
                    translate(
                      encode(
                        convert_to(
                          concat(
                            'Person.calls CREATED_AT DESC|',
                            (
                              extract(
                                epoch
                                from
                                  t4."created_at"
                              ) * 1000
                            )::bigint,
                            '|',
                            t4."uuid"
                          ),
                          'UTF8'
                        ),
                        'base64'
                      ),
                      '+/=' || chr(10),
                      '-_'
                    ),
                    '","node":{"result":',
                    coalesce(to_json(t4."result"), 'null'),
                    '}}'
                  ),
                  ','
                ),
                ']}'
              )
            from
              (
                select
                  *
                from
                  (
                    select
                      t4."result",
                      t4."created_at",
                      t4."uuid"
                    from
                      (
                        select
                          t4."result",
                          t4."created_at",
                          t4."uuid"
                        from
                          "calls" t4
                        where
                          t4."person_uuid" = t1."uuid"
                        order by
                          t4."created_at" ASC,
                          t4."uuid" ASC
                        limit
                          101
                      ) t4
                    order by
                      t4."created_at" ASC,
                      t4."uuid" ASC
                    limit
                      $6::int
                  ) t4
                order by
                  t4."created_at" DESC,
                  t4."uuid" DESC
              ) t4
          ),
          '}'
        )
      from
        "persons" t1
      where
        t1."uuid" = $7::uuid
    )
  end;
