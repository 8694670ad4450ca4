select
  concat(
    (
      select
        concat(
          '{"nodes":[',
          string_agg(
            concat(
              '{"updatedAt":"',
              to_char(t1."updated_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              '"}'
            ),
            ','
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":false,"hasPreviousPage":',
          (count(*) > $1::int)::text,
          ',"startCursor":',
          case
            when count(*) = 0 then 'null'
            else concat(
              '"',
              translate(
                encode(
                  convert_to(
                    concat(
                      'Query.pledges UPDATED_AT ASC|',
                      (
                        extract(
                          epoch
                          from
                            (
                              array_agg(t1."updated_at") filter (
                                where
                                  t1."$number" <= $1::int
                              )
                            ) [1]
                        ) * 1000
                      )::bigint,
                      '|',
                      (
                        array_agg(t1."uuid") filter (
                          where
                            t1."$number" <= $1::int
                        )
                      ) [1]
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
            *
          from
            (
              select
                t1."updated_at",
                t1."uuid",
                row_number() over (
                  order by
                    t1."updated_at" DESC,
                    t1."uuid" DESC
                ) as "$number"
              from
                (
                  select
                    t1."updated_at",
                    t1."uuid"
                  from
                    "pledges" t1
                  where
                    true
                  order by
                    t1."updated_at" DESC,
                    t1."uuid" DESC
                  limit
                    101
                ) t1
              order by
                t1."updated_at" DESC,
                t1."uuid" DESC
              limit
                $1::int + 1
            ) t1
          order by
            t1."updated_at" ASC,
            t1."uuid" ASC
        ) t1
    )
  );
