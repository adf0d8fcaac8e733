drop table adoption_reviews;
drop table member_blocks;
drop table member_keys;
drop table members;
