package dev.tocsin.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigText;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertingJsonTest {
    private SortedMap<String, String> files;

    @BeforeEach
    void convert() throws Exception {
        Conversion conversion = new Conversion(Map.of());
        conversion.add(new ConfigText("config/alerting.json", CloudWatchTest.resource("alerting.json")));
        files = conversion.files();
    }

    @Test
    void anyOfItsConditionsIsEnoughForARule() {
        assertThat(files.get("rules/alerting.yaml")).isEqualTo("""
                groups:
                  - name: alerting
                    rules:
                      - # owner has no equivalent
                        alert: mill_stands
                        expr: mill_load > 95 or rate(mill_grain[5m]) == 0
                        labels:
                          severity: critical
                          channels: email,slack,sms
                          escalation: levels
                          auto_resolve: 'false'
                      - alert: flour_late
                        expr: flour_age >= 1e3
                        labels:
                          channels: slack,bell
                        annotations:
                          description: No {{"{{"}} flour }} for a while
                      - alert: quiet
                        expr: wind < -2.5
                """);
    }

    @Test
    void channelsBecomeReceiversAndLevelsAPolicy() {
        assertThat(files.get("alertmanager.yaml")).endsWith("""
                receivers:
                  - name: page-only
                  - name: email
                    email_configs:
                      - # the file held no password: it is taken from the environment
                        to: night@example.org, day@example.org
                        from: bell@example.org
                        smarthost: mail.example.org:25
                        send_resolved: true
                        auth_username: bell@example.org
                        auth_password: ${SMTP_PASSWORD:-not-set}
                  - name: slack
                    slack_configs:
                      - api_url: ${CHAT_URL:-http://127.0.0.1:9/not-set}
                        send_resolved: true
                        channel: '#bells'
                  - name: sms
                    sms_configs:
                      - account_sid: AC1
                        auth_token: ${SMS_TOKEN:-not-set}
                        from: '+15550100'
                        to: ['+15550101', '+15550102']
                        send_resolved: true
                  - # a channel of this kind has no equivalent: say how to reach it
                    name: pigeon
                  - # was disabled: it tells nobody
                    name: webhook
                  - # no channel of this name stood in the file: say how to reach it
                    name: bell
                escalation_policies:
                  - name: levels
                    levels:
                      - after: 5m
                        receivers: [slack]
                      - after: 90m
                        receivers: [slack, sms]
                """);
    }
}
