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
          '{"Call":',
          (
            select
              concat(
                '{',
                string_agg(
                  concat(
                    '"',
                    t1."uuid",
                    '":{"id":"',
                    translate(encode(convert_to(concat('Call:', t1."uuid"), 'UTF8'), 'base64'), chr(10), ''),
                    '","result":',
                    coalesce(to_json(t1."result"), 'null'),
                    ',"pledge":',
                    coalesce(
                      (
                        select
                          concat('{"uuid":"', t2."uuid", '"}')
                        from
                          "pledges" t2
                        where
                          t2."uuid" = t1."pledge_uuid"
                      ),
                      'null'
                    ),
                    '}'
                  ),
                  ','
                  order by
                    t1."created_at" desc,
                    t1."uuid" desc
                ),
                '}'
              )
            from
              "calls" t1
            where
              t1."uuid" = any ($2::uuid[])
          ),
          ',"Pledge":',
          (
            select
              concat(
                '{',
                string_agg(
                  concat(
                    '"',
                    t3."uuid",
                    '":{"id":"',
                    translate(encode(convert_to(concat('Pledge:', t3."uuid"), 'UTF8'), 'base64'), chr(10), ''),
                    '","status":"',
                    t3."status",
                    '","calls":',
                    (
                      select
                        concat('{"nodes":[', string_agg(concat('{"uuid":"', t4."uuid", '"}'), ','), ']}')
                      from
                        (
                          select
                            t4."uuid",
                            t4."created_at"
                          from
                            (
                              select
                                t4."uuid",
                                t4."created_at"
                              from
                                "calls" t4
                              where
                                t4."pledge_uuid" = t3."uuid"
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
                            $3::int
                        ) t4
                    ),
                    '}'
                  ),
                  ','
                  order by
                    t3."created_at" desc,
                    t3."uuid" desc
                ),
                '}'
              )
            from
              "pledges" t3
            where
              t3."uuid" = any ($4::uuid[])
          ),
          '}'
        )
    )
  end;
