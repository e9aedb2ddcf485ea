#!/bin/sh
# What udhcpc runs when its lease changes: takes the address and the router into use.
[ "$1" = bound ] && ip address add "$ip/24" dev "$interface" && ip route add default via "$router"
exit 0
