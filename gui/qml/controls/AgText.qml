import QtQuick
import AgGateway

Text {
    property bool secondary: false
    color: !enabled ? Theme.textDisabled : secondary ? Theme.textSecondary : Theme.text
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
