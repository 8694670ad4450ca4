select
  concat(
    '{"amount":"',
    t1."amount",
    '","pledge":',
    coalesce(
      (
        select
          concat(
            '{"person":',
            coalesce(
              (
                select
                  concat('{"lastName":', to_json(t3."last_name"), '}')
                from
                  "persons" t3
                where
                  t3."uuid" = t2."person_uuid"
              ),
              'null'
            ),
            '}'
          )
        from
          "pledges" t2
        where
          t2."uuid" = t1."pledge_uuid"
      ),
      'null'
    ),
    '}'
  )
from
  "transactions" t1
where
  t1."uuid" = $1::uuid
  and (
    t1."owning_organization_uuid" = any ($2::uuid[])
    or t1."recruiting_organization_uuid" = any ($2::uuid[])
  );
