import QtQuick
import QtQuick.Layouts
import AgGateway

// What came back on the test request, and the monitor's record of it.
Rectangle {
    id: answer
    required property App app
    readonly property TestRequest test: app.testRequest
    signal shown(string id)
    color: test.error !== "" ? Theme.dangerSoft : Theme.sunken
    radius: Theme.radius
    implicitHeight: lines.implicitHeight + Theme.m
    ColumnLayout {
        id: lines
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 12
        anchors.rightMargin: Theme.s
        spacing: 2
        AgText {
            objectName: "testAnswer"
            text: answer.test.error !== "" ? answer.test.error : answer.test.answer
            color: answer.test.error !== "" ? Theme.danger : Theme.text
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.s
            AgText {
                objectName: "testRecord"
                text: answer.test.record !== "" ? answer.test.record : qsTr("Asked %1").arg(answer.test.model)
                secondary: answer.test.error === ""
                color: answer.test.error !== "" ? Theme.danger : Theme.textSecondary
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            AgButton {
                objectName: "showTestRequest"
                visible: answer.test.requestId !== ""
                kind: "quiet"
                text: qsTr("Show in Monitor")
                onClicked: answer.shown(answer.test.requestId)
            }
        }
    }
}
