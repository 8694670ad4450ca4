select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."uuid" as "uuid",
            t1."created_at" as "createdAt",
            json_build_array(t1."created_at", t1."uuid") as "$at"
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
            $1::int
        ) r
    )
  )::text;
