select count(*), sum(a), sum(c), sum(length(b)) from t;
delimiter //
create procedure p()
begin
  declare n int default 0;
  while n < 1000 do
    update t set b = concat(b, 'x') where a = n * 37 % 50000 + 1;
    if n % 10 = 0 then delete from t where a = n + 20000; end if;
    set n = n + 1;
  end while;
end//
delimiter ;
start transaction;
call p();
commit;
select count(*), sum(length(b)), md5(group_concat(b order by b desc, a limit 500)) from t;
select count(*) from t x join t y on x.b = y.b and x.a < y.a;
select md5(json_arrayagg(json_object('a', a, 'b', b))) from (select a, b from t order by a limit 2000) j;
alter table t add column d int default 7, algorithm=copy;
check table t extended;
