# Telephone calls: one by SIP alone, one with speech (RTP, RTCP); and STUN, by which a caller learns its address.
phone() {                                     # phone HOST ADDRESS ACCOUNT: settings of its baresip
  mkdir "$work/phone-$1"
  printf '%s\n' "sip_listen $2:5060" "audio_source aufile,$work/tone.wav" 'audio_player aubridge,nothing' 'audio_txmode poll' 'rtp_stats no' \
    'module_path /usr/lib/baresip/modules' 'module g711.so' 'module aufile.so' 'module aubridge.so' 'module_app account.so' \
    'module_app menu.so' >"$work/phone-$1/config"
  echo "<sip:$1@$2>;regint=0;ptime=60;audio_codecs=PCMU/8000/1;$3" >"$work/phone-$1/accounts"
  touch "$work/phone-$1/contacts"
}
/usr/bin/python3 -c 'import math, sys, wave
with wave.open(sys.argv[1], "wb") as tone:
    tone.setparams((1, 2, 8000, 0, "NONE", ""))
    for i in range(80000): tone.writeframesraw(int(9000 * math.sin(i / 3)).to_bytes(2, "little", signed=True))' "$work/tone.wav"
phone gateway 10.0.0.1 answermode=auto
phone desk 10.0.0.9 answermode=manual
start gateway baresip -f "$work/phone-gateway"
start gateway sipp -sn uas -i 10.0.0.1 -p 5070 -nostdin
start gateway turnserver -n -L 10.0.0.1 -S --no-tls --no-dtls --no-cli --pidfile /run/turn.pid --log-file stdout --no-software-attribute
sleep 1
at desk sipp -sn uac -i 10.0.0.9 -m 1 -d 200 -nostdin 10.0.0.1:5070
at till sipp -sn uac -i 10.0.0.23 -m 1 -s nobody -nostdin 10.0.0.1:5060      # baresip knows no such account
at desk baresip -f "$work/phone-desk" -e '/dial sip:gateway@10.0.0.1' -t 6
at desk turnutils_stunclient 10.0.0.1
