select
  row_to_json(r)::text
from
  (
    select
      t1."uuid" as "id",
      t1."status" as "status",
      json_build_object(
        'status',
        t1."status",
        'isExternal',
        t1."external_source_name" is not null,
        'isReleased',
        t1."released_at" is not null,
        'wasCollected',
        exists (
          select
          from
            transactions
          where
            transactions.pledge_uuid = t1."uuid"
            and transactions.status in ('COLLECTED', 'REVERSED')
        ),
        'endsAt',
        t1."ends_at"
      ) as "allowedActions",
      case
        when t1."external_source_name" is not null then (
          select
            row_to_json(r)
          from
            (
              select
                t1."external_source_name" as "name",
                t1."external_source_id" as "id"
            ) r
        )
      end as "externalSource",
      (
        select
          coalesce(json_agg(r), '[]'::json)
        from
          (
            select
              t2."name" as "name"
            from
              "focus_areas" t2
            where
              exists (
                select
                from
                  "pledge_focus_areas" given
                where
                  given.pledge_uuid = t1."uuid"
                  and given.focus_area_uuid = t2."uuid"
              )
            order by
              t2."name",
              t2."uuid"
          ) r
      ) as "focusAreas",
      (
        select
          row_to_json(r)
        from
          (
            select
              t3."name" as "name"
            from
              "users" t3
            where
              t3."uuid" = t1."recruiter_uuid"
          ) r
      ) as "recruiter"
    from
      "pledges" t1
    where
      t1."uuid" = $1::uuid
  ) r;
