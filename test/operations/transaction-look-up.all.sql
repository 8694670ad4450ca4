select
  row_to_json(r)::text
from
  (
    select
      t1."amount"::text as "amount",
      (
        select
          row_to_json(r)
        from
          (
            select
              (
                select
                  row_to_json(r)
                from
                  (
                    select
                      t3."last_name" as "lastName"
                    from
                      "persons" t3
                    where
                      t3."uuid" = t2."person_uuid"
                  ) r
              ) as "person"
            from
              "pledges" t2
            where
              t2."uuid" = t1."pledge_uuid"
          ) r
      ) as "pledge"
    from
      "transactions" t1
    where
      t1."uuid" = $1::uuid
  ) r;
