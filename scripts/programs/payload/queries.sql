-- After pgbench with one seed: what its clients added is what the accounts hold.
select count(*), sum(delta) from pgbench_history;
select sum(abalance) = (select sum(delta) from pgbench_history) from pgbench_accounts;
set max_parallel_workers_per_gather = 4;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
create function workers() returns text language plpgsql as $$
declare line text; most text := 'none';
begin
  for line in explain (analyze, costs off, timing off) select sum(hashint4(aid)) from pgbench_accounts loop
    if line ~ 'Workers Launched: [1-9]' then most := 'launched'; end if;
  end loop;
  return most;
end $$;
select workers();
select count(*), sum(hashint4(aid)), sum(length(filler)) from pgbench_accounts;
set work_mem = '1MB';
select md5(string_agg(aid::text, ',' order by md5(aid::text))) from pgbench_accounts where aid % 4 = 0;
set jit_above_cost = 0;
set jit_optimize_above_cost = 0;
set jit_inline_above_cost = 0;
select bid, count(*), avg(aid)::numeric(12, 2), max(abalance * 2 - abalance) = max(abalance) from pgbench_accounts group by bid order by bid;
select md5(jsonb_agg(jsonb_build_object('a', aid, 'l', array[aid, aid * 2]) order by aid)::text) from pgbench_accounts where aid < 20000;
create function refused() returns int language plpgsql as $$
declare number int := 0;
begin
  for i in 1..2000 loop
    begin
      perform 1 / (i % 2);
    exception when division_by_zero then number := number + 1;
    end;
  end loop;
  return number;
end $$;
set jit = off;
select refused();
vacuum (full, analyze) pgbench_accounts;
reindex table pgbench_accounts;
select count(*) from pgbench_accounts where aid between 1000 and 2000;
