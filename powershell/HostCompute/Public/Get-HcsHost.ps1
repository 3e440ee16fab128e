function Get-HcsHost {
    <#
    .SYNOPSIS
    The machine and the engine.
    .PARAMETER Timeout
    Bound of the call.
    .EXAMPLE
    Get-HcsHost
    .EXAMPLE
    (Get-HcsHost).Backend
    .OUTPUTS
    HostCompute.Host
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Host')]
    param([timespan] $Timeout)

    try {
        ConvertTo-HcsObject -Value (Invoke-Hcs -Argument 'info' -Timeout $Timeout) -TypeName 'Host'
    } catch {
        $PSCmdlet.ThrowTerminatingError($_)
    }
}
