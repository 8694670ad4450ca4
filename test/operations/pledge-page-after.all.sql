select
  concat(
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
                      'Query.pledges CREATED_AT DESC|',
                      (
                        extract(
                          epoch
                          from
                            t1."created_at"
                        ) * 1000
                      )::bigint,
                      '|',
                      t1."uuid"
                    ),
                    'UTF8'
                  ),
                  'base64'
                ),
                '+/=' || chr(10),
                '-_'
              ),
              '","node":{"uuid":"',
              t1."uuid",
              '","createdAt":"',
              to_char(t1."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              '"}}'
            ),
            ','
          ) filter (
            where
              t1."$number" <= $1::int
          ),
          '],"pageInfo":{"hasNextPage":',
          (count(*) > $1::int)::text,
          ',"hasPreviousPage":false}}'
        )
      from
        (
          select
            t1."uuid",
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
            $1::int + 1
        ) t1
    )
  );
