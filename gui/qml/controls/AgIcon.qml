import QtQuick
import QtQuick.Window
import AgGateway

// An icon of the one family, in any colour, sharp at any scale.
Item {
    id: icon
    required property string name
    property color color: Theme.textSecondary
    property int size: Theme.icon

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true
    // Its implicit size is that of the picture, which has more pixels on a finer screen.
    Image {
        anchors.fill: parent
        sourceSize.width: Math.round(icon.size * Screen.devicePixelRatio)
        sourceSize.height: Math.round(icon.size * Screen.devicePixelRatio)
        // "#rrggbb" without its sign; opaque colours only.
        source: icon.name === "" ? "" : "image://icon/" + icon.name + "/" + String(icon.color).slice(-6)
        asynchronous: false
    }
}
