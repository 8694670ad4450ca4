select
  concat(
    '{"id":"',
    translate(encode(convert_to(concat('Pledge:', t1."uuid"), 'UTF8'), 'base64'), chr(10), ''),
    '","status":"',
    t1."status",
    '","allowedActions":',
    json_build_object(
      'status',
      t1."status",
      'externalSourceName',
      t1."external_source_name",
      'releasedAt',
      t1."released_at",
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
    ),
    ',"externalSource":',
    coalesce(
      case
        when t1."external_source_name" is not null then concat(
          '{"name":',
          coalesce(to_json(t1."external_source_name"), 'null'),
          ',"id":',
          coalesce(to_json(t1."external_source_id"), 'null'),
          '}'
        )
      end,
      'null'
    ),
    ',"focusAreas":',
    (
      select
        concat('[', string_agg(concat('{"name":', to_json(t2."name"), '}'), ','), ']')
      from
        (
          select
            t2."name"
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
        ) t2
    ),
    ',"recruiter":',
    coalesce(
      (
        select
          concat('{"name":', to_json(t3."name"), '}')
        from
          "users" t3
        where
          t3."uuid" = t1."recruiter_uuid"
      ),
      'null'
    ),
    '}'
  )
from
  "pledges" t1
where
  t1."uuid" = $1::uuid
  and (
    t1."owning_organization_uuid" = any ($2::uuid[])
    or t1."recruiting_organization_uuid" = any ($2::uuid[])
  );
