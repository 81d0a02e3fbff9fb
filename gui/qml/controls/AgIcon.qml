import QtQuick
import QtQuick.Window
import AgGateway

// An icon of the one family, in any colour, sharp at any scale.
Image {
    id: icon
    required property string name
    property color color: Theme.textSecondary
    property int size: Theme.icon

    width: size
    height: size
    sourceSize.width: Math.round(size * Screen.devicePixelRatio)
    sourceSize.height: Math.round(size * Screen.devicePixelRatio)
    // "#rrggbb" without its sign; opaque colours only.
    source: name === "" ? "" : "image://icon/" + name + "/" + String(icon.color).slice(-6)
    asynchronous: false
    Accessible.ignored: true
}
