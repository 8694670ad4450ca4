select
  row_to_json(r)::text
from
  (
    select
      t1."last_name" as "lastName",
      json_build_object(
        'rows',
        (
          select
            coalesce(json_agg(r), '[]'::json)
          from
            (
              select
                t2."donation_amount"::text as "donationAmount",
                t2."donation_interval" as "donationInterval"
              from
                (
                  select
                    t2."donation_amount",
                    t2."donation_interval",
                    t2."created_at",
                    t2."uuid"
                  from
                    "pledges" t2
                  where
                    (
                      t2."owning_organization_uuid" = any ($1::uuid[])
                      or t2."recruiting_organization_uuid" = any ($1::uuid[])
                    )
                    and t2."person_uuid" = t1."uuid"
                    and t2."status" = any ($2::pledge_status[])
                  order by
                    t2."created_at" DESC,
                    t2."uuid" DESC
                  limit
                    101
                ) t2
              order by
                t2."created_at" DESC,
                t2."uuid" DESC
              limit
                $3::int
            ) r
        )
      ) as "active",
      json_build_object(
        'rows',
        (
          select
            coalesce(json_agg(r), '[]'::json)
          from
            (
              select
                t3."donation_amount"::text as "donationAmount",
                t3."donation_interval" as "donationInterval"
              from
                (
                  select
                    t3."donation_amount",
                    t3."donation_interval",
                    t3."created_at",
                    t3."uuid"
                  from
                    "pledges" t3
                  where
                    (
                      t3."owning_organization_uuid" = any ($1::uuid[])
                      or t3."recruiting_organization_uuid" = any ($1::uuid[])
                    )
                    and t3."person_uuid" = t1."uuid"
                    and t3."status" = any ($4::pledge_status[])
                  order by
                    t3."created_at" DESC,
                    t3."uuid" DESC
                  limit
                    101
                ) t3
              order by
                t3."created_at" DESC,
                t3."uuid" DESC
              limit
                $5::int
            ) r
        ),
        'total',
        (
          select
            count(*)
          from
            "pledges" t3
          where
            (
              t3."owning_organization_uuid" = any ($1::uuid[])
              or t3."recruiting_organization_uuid" = any ($1::uuid[])
            )
            and t3."person_uuid" = t1."uuid"
            and t3."status" = any ($4::pledge_status[])
        )
      ) as "ended",
      json_build_object(
        'rows',
        (
          select
            coalesce(json_agg(r), '[]'::json)
          from
            (
              select
                t4."result" as "result",
                json_build_array(t4."created_at", t4."uuid") as "$at"
              from
                (
                  select
                    t4."result",
                    t4."created_at",
                    t4."uuid"
                  from
                    "calls" t4
                  where
                    (
                      t4."organization_uuid" = any ($1::uuid[])
                      or t4."person_organization_uuid" = any ($1::uuid[])
                    )
                    and t4."person_uuid" = t1."uuid"
                  order by
                    t4."created_at" ASC,
                    t4."uuid" ASC
                  limit
                    101
                ) t4
              order by
                t4."created_at" ASC,
                t4."uuid" ASC
              limit
                $6::int
            ) r
        )
      ) as "calls"
    from
      "persons" t1
    where
      t1."uuid" = $7::uuid
      and (
        t1."owning_organization_uuid" = any ($1::uuid[])
        or exists (
          select
          from
            pledges
          where
            pledges.person_uuid = t1."uuid"
            and pledges.recruiting_organization_uuid = any ($1::uuid[])
        )
        or exists (
          select
          from
            calls
          where
            calls.person_uuid = t1."uuid"
            and calls.organization_uuid = any ($1::uuid[])
        )
      )
  ) r;
