select
  concat(
    (
      select
        concat(
          '{"totalCount":',
          (
            select
              count(*)
            from
              "pledges" t1
            where
              (
                t1."owning_organization_uuid" = any ($1::uuid[])
                or t1."recruiting_organization_uuid" = any ($1::uuid[])
              )
              and t1."status" = any ($2::pledge_status[])
              and t1."owning_organization_uuid" = any ($3::uuid[])
              and t1."updated_at" > $4::timestamptz
              and exists (
                select
                from
                  transactions
                where
                  transactions.pledge_uuid = t1."uuid"
                  and transactions.type = 'IDEAL_QR'
              )
          ),
          ',"nodes":[',
          string_agg(concat('{"uuid":"', t1."uuid", '"}'), ','),
          ']}'
        )
      from
        (
          select
            t1."uuid",
            t1."created_at"
          from
            (
              select
                m."created_at",
                m."uuid"
              from
                (
                  select
                    b."created_at",
                    b."uuid"
                  from
                    unnest($3::uuid[]) v (value)
                    cross join lateral (
                      select
                        f."created_at",
                        f."uuid"
                      from
                        (
                          select
                            t1."created_at" as "created_at",
                            t1."uuid" as "uuid"
                          from
                            "pledges" t1
                          where
                            t1."owning_organization_uuid" = v.value
                            and (
                              t1."owning_organization_uuid" = any ($1::uuid[])
                              or t1."recruiting_organization_uuid" = any ($1::uuid[])
                            )
                            and t1."status" = any ($2::pledge_status[])
                            and t1."updated_at" > $4::timestamptz
                            and exists (
                              select
                              from
                                transactions
                              where
                                transactions.pledge_uuid = t1."uuid"
                                and transactions.type = 'IDEAL_QR'
                            )
                          order by
                            t1."created_at" DESC,
                            t1."uuid" DESC
                          limit
                            101
                        ) f
                      limit
                        $5::int
                    ) b
                ) m
              group by
                m."created_at",
                m."uuid"
              order by
                m."created_at" DESC,
                m."uuid" DESC
              limit
                $5::int
            ) k
            join "pledges" t1 on t1."uuid" = k."uuid"
            and (
              t1."owning_organization_uuid" = any ($1::uuid[])
              or t1."recruiting_organization_uuid" = any ($1::uuid[])
            )
          order by
            t1."created_at" DESC,
            t1."uuid" DESC
          limit
            $5::int
        ) t1
    )
  );
