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
          ),
          '}'
        )
    )
  );
