select
  json_build_object(
    'Organization',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."name" as "name",
            t1."uuid" as "$uuid"
          from
            "organizations" t1
          where
            t1."uuid" = any ($1::uuid[])
            and t1."uuid" = any ($2::uuid[])
        ) r
    )
  )::text;

select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."name" as "name",
            case
              when t1."uuid" = any ($1::uuid[]) then t1."max_call_attempts"
            end as "maxCallAttempts"
          from
            (
              select
                t1."name",
                t1."uuid",
                t1."max_call_attempts",
                t1."created_at"
              from
                "organizations" t1
              where
                t1."uuid" = any ($1::uuid[])
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
            $2::int
        ) r
    )
  )::text;
