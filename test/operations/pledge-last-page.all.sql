select
  json_build_object(
    'rows',
    (
      select
        coalesce(json_agg(r), '[]'::json)
      from
        (
          select
            t1."updated_at" as "updatedAt",
            json_build_array(t1."updated_at", t1."uuid") as "$at"
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
            $1::int
        ) r
    )
  )::text;
