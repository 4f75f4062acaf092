curl -H  "Content-Type: application/json" -X POST -d '{"apiKey":"xxxxx","phoneNumber":"xxxx"}' https://api.smspartner.fr/v1/stop-sms/add
