drop table token_warnings;
drop table mail_optouts;
drop table mails;
