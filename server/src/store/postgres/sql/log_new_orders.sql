SELECT log_new_orders($1)
