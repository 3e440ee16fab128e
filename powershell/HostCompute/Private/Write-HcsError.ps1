function Write-HcsError {
    <#
    .SYNOPSIS
    An error of the caller, told as $ErrorActionPreference of whoever called it says.
    .DESCRIPTION
    A command of a script module sees the preferences of the session, not those of the script or function that calls it: for
    $ErrorActionPreference = 'Stop' at the head of a script an error would not stop it.
    #>
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord] $Record
    )

    if (-not $Caller.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) {
        $ErrorActionPreference = Get-HcsPreference -Caller $Caller -Name 'ErrorActionPreference' -Default $ErrorActionPreference
    }
    $Caller.WriteError($Record)
}

function Get-HcsPreference {
    <#
    .SYNOPSIS
    A preference as it is where the caller was called.
    #>
    param([System.Management.Automation.PSCmdlet] $Caller, [string] $Name, $Default)

    $Caller.SessionState.PSVariable.GetValue($Name, $Default)
}
