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
    param([ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout)

    $answer = Invoke-Hcs -Argument 'info' -Timeout $Timeout -Caller $PSCmdlet
    if ($null -ne $answer) { ConvertTo-HcsObject -Value $answer -TypeName 'Host' }
}
