#!/usr/bin/env bash
# Creates the chat's app on a running Ghee: tables, who may see what, and live changes. Safe to run again.
#
#   GHEE_URL   the edge, default http://127.0.0.1:4000
#   GHEE_KEY   a service key of the owner, default the contents of $GHEE_HOME/owner.key
#   CHAT_NAME  name of the app, default chat
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
url=${GHEE_URL:-http://127.0.0.1:4000}
key=${GHEE_KEY:-$(cat "${GHEE_HOME:-$here/../../.ghee}/owner.key")}
name=${CHAT_NAME:-chat}

# The key goes in through a descriptor: arguments can be read by every process of the machine.
call() {
    local method=$1 path=$2 body=${3:-} answer
    if ! answer=$(curl -sS --fail-with-body --max-time 60 -X "$method" "$url$path" \
        -H @<(printf 'Authorization: Bearer %s\n' "$key") \
        ${body:+-H 'Content-Type: application/json' --data "$body"}); then
        printf 'error: %s %s answered: %s\n' "$method" "$path" "$answer" >&2
        return 1
    fi
    printf '%s\n' "$answer"
}

field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

app=$(call POST /init "{\"name\":\"$name\"}" | field app_id)
for _ in $(seq 60); do
    status=$(call GET "/apps/$app/status" | field provisioning_status)
    [ "$status" = ready ] && break
    sleep 0.5
done
[ "$status" = ready ] || { echo "error: app $app is $status" >&2; exit 1; }

call POST "/v1/$app/schema/apply" '{"name":"chat","schema":{"tables":{
  "rooms":{"columns":{
    "id":{"type":"uuid","primaryKey":true,"default":"gen_random_uuid()"},
    "name":{"type":"varchar(60)","nullable":false},
    "created_by":{"type":"text","nullable":false},
    "created_at":{"type":"timestamptz","nullable":false,"default":"now()"}}},
  "room_members":{"columns":{
    "id":{"type":"uuid","primaryKey":true,"default":"gen_random_uuid()"},
    "room_id":{"type":"uuid","nullable":false,"references":{"table":"rooms","column":"id","onDelete":"CASCADE"}},
    "user_id":{"type":"text","nullable":false},
    "joined_at":{"type":"timestamptz","nullable":false,"default":"now()"}},
   "indexes":{"room_members_once":{"columns":["user_id","room_id"],"unique":true}}},
  "messages":{"columns":{
    "id":{"type":"uuid","primaryKey":true,"default":"gen_random_uuid()"},
    "room_id":{"type":"uuid","nullable":false,"references":{"table":"rooms","column":"id","onDelete":"CASCADE"}},
    "user_id":{"type":"text","nullable":false},
    "author":{"type":"varchar(60)","nullable":false},
    "body":{"type":"varchar(2000)","nullable":false},
    "created_at":{"type":"timestamptz","nullable":false,"default":"now()"}},
   "indexes":{"messages_of_room":{"columns":["room_id","created_at"]}}}}}}' >/dev/null

for table in rooms room_members messages; do
    call POST "/v1/$app/rls/enable" "{\"table_name\":\"$table\"}" >/dev/null
done

policy() { # table, name, command, using, check
    local using=${4:+,\"using_expression\":\"$4\"} check=${5:+,\"with_check_expression\":\"$5\"}
    call POST "/v1/$app/rls/policies" \
        "{\"table_name\":\"$1\",\"policy_name\":\"$2\",\"command\":\"$3\",\"role\":\"user\"$using$check}" >/dev/null
}

# Whoever knows a room's id, which is its invitation, may join it. A membership is visible to its user alone: a policy of
# room_members that asked room_members would never end.
mine='room_id IN (SELECT m.room_id FROM room_members m WHERE m.user_id = current_user_id())'
policy room_members own_memberships SELECT "user_id = current_user_id()"
policy room_members join_room INSERT "" "user_id = current_user_id()"
policy room_members leave_room DELETE "user_id = current_user_id()"
policy rooms rooms_of_members SELECT \
    "created_by = current_user_id() OR id IN (SELECT m.room_id FROM room_members m WHERE m.user_id = current_user_id())"
policy rooms create_room INSERT "" "created_by = current_user_id()"
policy messages messages_of_members SELECT "$mine"
policy messages write_as_member INSERT "" "user_id = current_user_id() AND $mine"
policy messages delete_own DELETE "user_id = current_user_id()"

call POST "/v1/$app/realtime/configure" '{"tables":["messages"]}' >/dev/null

echo "$url/examples/chat/?app=$app"
