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
              '","executedAt":',
              coalesce(
                '"' || to_char(t1."executed_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"',
                'null'
              ),
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
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":',
          (count(*) > $1::int)::text,
          ',"endCursor":',
          case
            when count(*) = 0 then 'null'
            else concat(
              '"',
              translate(
                encode(
                  convert_to(
                    concat(
                      'Query.transactions UPDATED_AT ASC|',
                      (
                        extract(
                          epoch
                          from
                            (
                              array_agg(t1."updated_at") filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ) [
                              count(*) filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ]
                        ) * 1000
                      )::bigint,
                      '|',
                      (
                        array_agg(t1."uuid") filter (
                          where
                            t1."$number" <= $1::int
                        )
                      ) [
                        count(*) filter (
                          where
                            t1."$number" <= $1::int
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
            t1."executed_at",
            t1."pledge_uuid",
            t1."updated_at",
            row_number() over (
              order by
                t1."updated_at" ASC,
                t1."uuid" ASC
            ) as "$number"
          from
            (
              select
                t1."uuid",
                t1."status",
                t1."executed_at",
                t1."pledge_uuid",
                t1."updated_at"
              from
                "transactions" t1
              where
                t1."updated_at" > $2::timestamptz
              order by
                t1."updated_at" ASC,
                t1."uuid" ASC
              limit
                101
            ) t1
          order by
            t1."updated_at" ASC,
            t1."uuid" ASC
          limit
            $1::int + 1
        ) t1
    )
  );
