import QtQuick
import AgGateway

AgIcon {
    id: spinner
    name: "loader-circle"
    RotationAnimation on rotation {
        running: spinner.visible
        from: 0
        to: 360
        duration: 900
        loops: Animation.Infinite
    }
}
